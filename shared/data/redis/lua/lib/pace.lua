-- How fast work ends, as a hash: rate, in pieces per ms; at, when that was, in ms. An average that
-- forgets: what is older than PACE_MS counts for less than half.

local PACE_MS = 30000

-- note_end(key, now, share): one more piece of work has ended, or so much of one
local function note_end(key, now, share)
  local pace = redis.call('HMGET', key, 'rate', 'at')
  local since = pace[2] and math.max(0, now - pace[2]) or 0
  local rate = (pace[1] or 0) * math.exp(-since / PACE_MS) + share / PACE_MS
  redis.call('HSET', key, 'rate', tostring(rate), 'at', now)
end

-- time_for(key, pieces, now) -> ms in which so many will have ended, as far as anybody knows
local function time_for(key, pieces, now)
  local pace = redis.call('HMGET', key, 'rate', 'at')
  if not pace[1] then
    return PACE_MS
  end
  local rate = pace[1] * math.exp(-math.max(0, now - pace[2]) / PACE_MS)
  return math.min(10 * PACE_MS, math.max(1000, math.ceil(pieces / math.max(rate, 1e-9))))
end
