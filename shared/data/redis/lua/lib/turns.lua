-- The pace of one model of one provider: theoretical arrival times (GCRA) of its next request and its next
-- token. They run ahead of the clock when more is asked than it allows. Who comes within a moment of its turn
-- waits for it with a permit in hand; others have a place in a line, and come back when it is near.
--
-- model:<provider>:<model>  hash  rpm, tpm: what its headers say   req_at, tok_at: the arrival times, in ms
--                                 req_slow, tok_slow: ms for each until slow_until, when less is left than that,
--                                 but no call waits past req_whole, tok_whole: when all of it is there again
--                                 paused_until: after a 429   strikes: 429s in a row
--                                 head: one was seen   cold_at, cold: calls since then without one
--                                 out_share: how much of the longest replies they allow do calls take
-- line:<lane>:<provider>:<model>  sorted set  who waits, by when the turn is in ms

local MINUTE_MS = 60000
local PACE_SHARE = 0.97 -- calls do not arrive as evenly as they are sent
local BURST_MS = 500 -- of the pace may come at once
local RETURN_MS = 5000 -- who comes back may wait so long with a permit, so that none comes back for ever
local GONE_MS = 10000 -- who did not come by then has gone
local IDLE_MS = 250 -- after which whoever comes is served, whoever has a place: many of them may have gone
local COLD, COLD_WAIT_MS = 4, 200

-- limit_of(one setting or header, another) -> the lower, 0 for none
local function limit_of(a, b)
  a, b = tonumber(a or 0), tonumber(b or 0)
  return (a > 0 and b > 0) and math.min(a, b) or math.max(a, b)
end

-- taken(count, ms for each, slower ms or nil, when all is there again, from when) -> ms that so many take; what is
-- larger than the limit has all of it, which is there again after a minute
local function taken(count, each, slow, whole_at, from)
  local most = math.max(0, (whole_at or 0) - from)
  return math.max(math.min(MINUTE_MS, count * each), math.min(count * (slow or 0), most))
end

-- pace_of(model key, asked, now) -> free_at: when it is idle   req_ms, tok_ms: what the call takes   is_known
--
-- asked: rpm, tpm, input, output
local function pace_of(model, asked, now)
  local at = redis.call('HMGET', model, 'rpm', 'tpm', 'req_at', 'tok_at', 'paused_until', 'slow_until',
    'out_share', 'head')
  local rpm, tpm = limit_of(asked.rpm, at[1]), limit_of(asked.tpm, at[2])
  local is_slow = at[6] and tonumber(at[6]) > now
  local slow = is_slow and redis.call('HMGET', model, 'req_slow', 'req_whole', 'tok_slow', 'tok_whole') or {}
  local tokens, req_at, tok_at = asked.input + asked.output * (at[7] or 0.5), tonumber(at[3] or 0), tonumber(at[4] or 0)
  local each_tok = tpm > 0 and MINUTE_MS / (tpm * PACE_SHARE) or 0
  return {
    req_at = req_at, tok_at = tok_at, tokens = tokens, each_tok = each_tok,
    free_at = math.max(req_at, tok_at, at[5] or 0),
    req_ms = taken(1, rpm > 0 and MINUTE_MS / (rpm * PACE_SHARE) or 0, slow[1], slow[2], math.max(req_at, now)),
    tok_ms = taken(tokens, each_tok, slow[3], slow[4], math.max(tok_at, now)),
    is_known = rpm > 0 or tpm > 0 or at[8],
  }
end

-- is_too_cold(model key, now): while nobody knows what the model allows few calls begin, and soon more
local function is_too_cold(model, now)
  redis.call('HSETNX', model, 'cold_at', now)
  local at = redis.call('HMGET', model, 'cold_at', 'cold')
  return tonumber(at[2] or 0) >= COLD * 2 ^ math.min(20, (now - at[1]) / 1000)
end

-- end_of_lines(lines) -> the last turn that was promised
local function end_of_lines(lines)
  local last = 0
  for _, line in ipairs(lines) do
    last = math.max(last, redis.call('ZRANGE', line, -1, -1, 'WITHSCORES')[2] or 0)
  end
  return last
end

-- take_turn(lines: one's own and those that go before, name, pace, horizon in ms, now)
--   -> turn in ms, may it be waited for with a permit?
local function take_turn(lines, name, pace, horizon, now)
  local turn = math.max(now, pace.free_at)
  redis.call('ZREMRANGEBYSCORE', lines[1], '-inf', now - GONE_MS)
  local place = redis.call('ZSCORE', lines[1], name)
  if place then
    horizon = math.max(horizon, RETURN_MS)
  elseif pace.free_at > now - IDLE_MS then
    local last = end_of_lines(lines)
    if last > now then
      turn = math.max(turn, last + math.max(pace.req_ms, pace.tok_ms))
      horizon = -1
    end
  end
  if turn - now <= horizon then
    redis.call('ZREM', lines[1], name)
    return turn, true
  end
  redis.call('ZADD', lines[1], turn, name)
  redis.call('PEXPIRE', lines[1], math.ceil(turn - now) + MINUTE_MS)
  return turn, false
end

-- advance(model key, pace, now): a call takes its part
local function advance(model, pace, now)
  local oldest = now - BURST_MS
  redis.call('HSET', model, 'req_at', tostring(math.max(pace.req_at, oldest) + pace.req_ms),
    'tok_at', tostring(math.max(pace.tok_at, oldest) + pace.tok_ms))
  if not pace.is_known then
    redis.call('HINCRBY', model, 'cold', 1)
  end
end

-- give_turn_back(model key, what the permit held, used tokens or nil if no call was made): what was taken too much
-- comes back as it was taken, what was taken too little follows at the common pace, a minute at most: more is no
-- count, but a fault
local function give_turn_back(model, held, used)
  if not used then
    redis.call('HINCRBYFLOAT', model, 'req_at', tostring(0 - held.req_ms))
  end
  local over = (used or 0) - held.tokens
  local each = over < 0 and held.tok_ms / held.tokens or held.each_tok
  redis.call('HINCRBYFLOAT', model, 'tok_at', tostring(math.min(MINUTE_MS, over * each)))
end
