#!lua flags=allow-oom
-- needs: clock
-- heed(KEYS, ARGV) -> 1
--
-- KEYS  1 model
-- ARGV  1 status of the answer   2 ms for which the server asks to be left alone, or ''
--       3 requests a minute   4 how many are left   5 ms until they are all there again   6 7 8 the same of tokens;
--       each '' where the server does not say
--
-- What the head of an answer says of the provider's pace. What is left of a limit, spread over the time until it
-- is whole again, is a pace too: it holds for a while if it is the slower one. That is right for a window that
-- ends then, and a bucket that fills all the time comes to rest half full, where the two are alike. Limits are of a
-- minute: no reset is believed that is longer. Nor is a pause of hours: some servers name a day for one call that is too
-- large for them, and take the next.
local HEEDED_MS = 10000
local SLOWEST_MS = 2000
local LONGEST_RESET_MS, LONGEST_TOLD_PAUSE_MS = 60000, 600000
local FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 1000, 60000
local now, model = clock(), KEYS[1]

local function pace_until_whole(left, reset)
  return left ~= '' and reset ~= '' and math.min(SLOWEST_MS, reset / math.max(1, left)) or 0
end

local function whole_in(reset)
  return reset ~= '' and math.min(LONGEST_RESET_MS, tonumber(reset)) or 0
end

-- The server's own word, else until what is used up is there again, else longer each time.
local function pause(strikes)
  if ARGV[2] ~= '' then
    return math.min(LONGEST_TOLD_PAUSE_MS, tonumber(ARGV[2]))
  elseif ARGV[4] == '0' and ARGV[5] ~= '' then
    return whole_in(ARGV[5])
  elseif ARGV[7] == '0' and ARGV[8] ~= '' then
    return whole_in(ARGV[8])
  end
  return math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ^ (strikes - 1))
end

redis.call('HSET', model, 'head', now)
for name, limit in pairs({rpm = ARGV[3], tpm = ARGV[6]}) do
  if limit ~= '' and tonumber(limit) > 0 then
    redis.call('HSET', model, name, limit)
  end
end
local req_slow, tok_slow = pace_until_whole(ARGV[4], ARGV[5]), pace_until_whole(ARGV[7], ARGV[8])
local req_whole, tok_whole = whole_in(ARGV[5]), whole_in(ARGV[8])
redis.call('HSET', model, 'req_slow', tostring(req_slow), 'tok_slow', tostring(tok_slow), 'req_whole', now + req_whole,
  'tok_whole', now + tok_whole, 'slow_until', now + math.min(HEEDED_MS, math.max(req_whole, tok_whole)))
if ARGV[1] == '429' then
  local paused = tonumber(redis.call('HGET', model, 'paused_until') or 0)
  local strikes = tonumber(redis.call('HGET', model, 'strikes') or 0)
  if now >= paused then -- those that come together are one
    strikes = redis.call('HINCRBY', model, 'strikes', 1)
  end
  redis.call('HSET', model, 'paused_until', math.max(paused, now + math.max(500, pause(math.max(1, strikes)))))
else
  redis.call('HDEL', model, 'strikes')
end
return 1
