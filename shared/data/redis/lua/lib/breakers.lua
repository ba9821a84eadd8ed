-- The circuit breaker of one model of one provider, in its hash: closed, open until a moment, and then half
-- open, when one call at a time shows how the model is. Failures are counted in thirds of their time.
--
-- model:<provider>:<model>  hash  opens_until, in ms: is there unless it is closed   open_ms: for how long
--                                 probe: permit of the call that tries it   probe_until: when another may, if that
--                                 one has said nothing: its worker may be dead
--                                 third:<n>, ok:<n>, failed:<n>: calls of the last 30 s
--                                 blamed: whose failure was counted last

local THIRD_MS = 10000
local FIRST_OPEN_MS, LONGEST_OPEN_MS = 15000, 120000
local PROBE_AGAIN_MS = 3000

-- recent_calls(model key, now) -> calls that went well, and that failed
local function recent_calls(model, now)
  local oks, fails, third = 0, 0, math.floor(now / THIRD_MS)
  for n = 0, 2 do
    local of = redis.call('HMGET', model, 'third:' .. n, 'ok:' .. n, 'failed:' .. n)
    if of[1] and third - of[1] < 3 then
      oks, fails = oks + (of[2] or 0), fails + (of[3] or 0)
    end
  end
  return oks, fails
end

local function count_call(model, name, now)
  local third = math.floor(now / THIRD_MS)
  local n = third % 3
  if tonumber(redis.call('HGET', model, 'third:' .. n) or 0) ~= third then
    redis.call('HSET', model, 'third:' .. n, third, 'ok:' .. n, 0, 'failed:' .. n, 0)
  end
  redis.call('HINCRBY', model, name .. ':' .. n, 1)
end

-- breaker_wait(model key, now) -> ms until it is worth to ask again, or 0; would the call be the probe?
local function breaker_wait(model, now)
  local at = redis.call('HMGET', model, 'opens_until', 'probe_until')
  if not at[1] then
    return 0, false
  elseif tonumber(at[1]) > now then
    return at[1] - now, false
  elseif at[2] and tonumber(at[2]) > now then
    return math.min(PROBE_AGAIN_MS, at[2] - now), false
  end
  return 0, true
end

-- is_news(model key, asker): a text on which the server breaks fails at each of its tries, and says nothing of
-- how others would do
local function is_news(model, asker)
  local before = redis.call('HGET', model, 'blamed')
  redis.call('HSET', model, 'blamed', asker)
  return before ~= asker
end

local function open_breaker(model, now)
  local before = redis.call('HGET', model, 'open_ms')
  local open_ms = before and math.min(LONGEST_OPEN_MS, 2 * before) or FIRST_OPEN_MS
  redis.call('HSET', model, 'open_ms', open_ms, 'opens_until', now + open_ms)
  redis.call('HDEL', model, 'probe', 'probe_until')
end

local function close_breaker(model)
  redis.call('HDEL', model, 'opens_until', 'open_ms', 'probe', 'probe_until')
  for n = 0, 2 do
    redis.call('HDEL', model, 'third:' .. n, 'ok:' .. n, 'failed:' .. n)
  end
end

-- judge_probe(model key, permit, who asked, outcome, now): one that tells nothing leaves it to the next, and one that
-- took its time is heard all the same
local function judge_probe(model, permit, asker, outcome, now)
  if redis.call('HGET', model, 'probe') == permit then
    redis.call('HDEL', model, 'probe', 'probe_until')
  end
  if outcome == 'ok' or outcome == 'alive' then
    close_breaker(model)
  elseif outcome == 'failed' and is_news(model, asker) then
    open_breaker(model, now)
  end
end

-- judge_call(model key, permit, what it held, outcome, failures that open it, now): while it is not closed only
-- probes count
local function judge_call(model, permit, held, outcome, most, now)
  local asker = held.asker or permit
  if redis.call('HEXISTS', model, 'opens_until') == 1 then
    if held.is_probe == '1' then
      judge_probe(model, permit, asker, outcome, now)
    end
  elseif outcome == 'ok' then
    count_call(model, 'ok', now)
  elseif outcome == 'failed' and is_news(model, asker) then
    count_call(model, 'failed', now)
    local oks, fails = recent_calls(model, now)
    if fails >= most and fails >= oks then
      open_breaker(model, now)
    end
  end
end
