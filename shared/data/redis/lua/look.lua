#!lua flags=no-writes,allow-oom
-- needs: clock, owners, places
-- look(KEYS, ARGV) -> {job hash, work hash, result, position in its lane, decisions, now}, or nothing
--
-- KEYS  1 job   2 decisions
-- ARGV  1 owner   2 base of the keys
--
-- All that a reader needs to know of one job, in one step. Somebody else's job is none at all.
local job = redis.call('HGETALL', KEYS[1])
if #job == 0 or not belongs(ARGV[2], redis.call('HGET', KEYS[1], 'owner'), ARGV[1]) then
  return {}
end
local id = redis.call('HGET', KEYS[1], 'work')
local work = redis.call('HGETALL', ARGV[2] .. 'work:' .. id)
return {job, work, redis.call('GET', ARGV[2] .. 'result:' .. id) or '', place_of(ARGV[2], id),
  redis.call('HGETALL', KEYS[2]), clock()}
