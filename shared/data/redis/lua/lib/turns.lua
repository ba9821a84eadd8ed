-- The pace of one model of one provider: theoretical arrival times (GCRA) of its next request and its next
-- token. They run ahead of the clock when more is asked than it allows. Who comes within a moment of its turn
-- waits for it with a permit in hand; others have a place in a line, and come back when it is near.
--
-- model:<provider>:<model>  hash  rpm, tpm: what its headers say   req_at, tok_at: the arrival times, in ms
--                                 req_slow, tok_slow: ms for each until slow_until, when less is left than that
--                                 paused_until: after a 429   strikes: 429s in a row
--                                 head: one was seen   cold_at, cold: calls since then without one
--                                 out_share: how much of the longest replies they allow do calls take
-- line:<lane>:<provider>:<model>  sorted set  who waits, by when the turn is in ms

local MINUTE_MS = 60000
local PACE_SHARE = 0.97 -- calls do not arrive as evenly as they are sent
local BURST_MS = 500 -- of the pace may come at once
local RETURN_MS = 5000 -- who comes back may wait so long with a permit, so that none comes back for ever
local GONE_MS = 10000 -- who did not come by then has gone
local IDLE_MS = 2000 -- after which whoever comes is served, whoever has a place
local COLD, COLD_WAIT_MS = 4, 200

-- limit_of(one setting or header, another) -> the lower, 0 for none
local function limit_of(a, b)
  a, b = tonumber(a or 0), tonumber(b or 0)
  return (a > 0 and b > 0) and math.min(a, b) or math.max(a, b)
end

-- slowed(ms for each, slower ms, is that so?)
local function slowed(each, slow, is_slow)
  return is_slow and math.max(each, tonumber(slow or 0)) or each
end

-- pace_of(model key, asked, now) -> free_at: when it is idle   req_ms, tok_ms: what the call takes   is_known
--
-- asked: rpm, tpm, input, output
local function pace_of(model, asked, now)
  local at = redis.call('HMGET', model, 'rpm', 'tpm', 'req_at', 'tok_at', 'paused_until', 'req_slow', 'tok_slow',
    'slow_until', 'out_share', 'head')
  local rpm, tpm = limit_of(asked.rpm, at[1]), limit_of(asked.tpm, at[2])
  local is_slow = at[8] and tonumber(at[8]) > now
  local tokens = asked.input + asked.output * (at[9] or 0.5)
  local each_req = slowed(rpm > 0 and MINUTE_MS / (rpm * PACE_SHARE) or 0, at[6], is_slow)
  local each_tok = slowed(tpm > 0 and MINUTE_MS / (tpm * PACE_SHARE) or 0, at[7], is_slow)
  return {
    req_at = tonumber(at[3] or 0), tok_at = tonumber(at[4] or 0), tokens = tokens,
    free_at = math.max(at[3] or 0, at[4] or 0, at[5] or 0),
    req_ms = each_req, tok_ms = each_tok * tokens, each_tok = each_tok,
    is_known = rpm > 0 or tpm > 0 or at[10],
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

-- give_turn_back(model key, what the permit held, used tokens or nil if no call was made)
local function give_turn_back(model, held, used)
  if not used then
    redis.call('HINCRBYFLOAT', model, 'req_at', tostring(0 - held.req_ms))
  end
  local over = (used or 0) - held.tokens
  redis.call('HINCRBYFLOAT', model, 'tok_at', tostring(over * held.each_tok))
end
