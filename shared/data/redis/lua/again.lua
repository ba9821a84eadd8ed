-- needs: clock, pace, logs, ends
-- again(KEYS, ARGV) -> 'unknown', 'gone', 'refused' (it is live, or has succeeded) or 'accepted'
--
-- KEYS  1 old job   2 new job   3 new work   4 new input   5 log   6 members
-- ARGV  1 owner, or '' for an operator   2 new id   3 base of the keys   4 ms until published again
--       5 retention in ms   6 request id
--
-- A new job on the same input, for the same owner: what ended never changes.
local now, id, base = clock(), ARGV[2], ARGV[3]
local old = redis.call('HMGET', KEYS[1], 'owner', 'work', 'kind', 'about', 'trace', 'ended', 'id')
if not old[1] or (ARGV[1] ~= '' and old[1] ~= ARGV[1]) then
  return 'unknown'
end
local work = redis.call('HMGET', base .. 'work:' .. old[2], 'status', 'lane', 'budget')
local input = redis.call('GET', base .. 'input:' .. old[2])
if not work[1] or not input then
  return 'gone'
end
local status = old[6] or work[1]
if status == 'succeeded' or status == 'queued' or status == 'running' or status == 'waiting' then
  return 'refused'
end

redis.call('HSET', KEYS[2], 'id', id, 'owner', old[1], 'kind', old[3], 'work', id, 'joined', 0,
  'created', now, 'about', old[4], 'request', ARGV[6], 'trace', old[5], 'retry_of', old[7])
redis.call('HSET', KEYS[3], 'id', id, 'kind', old[3], 'status', 'queued', 'lane', work[2],
  'queue', work[2], 'fence', 0, 'attempts', 0, 'epoch', 1, 'created', now, 'seq', 0, 'payer', id,
  'budget', work[3], 'request', ARGV[6], 'trace', old[5])
redis.call('SET', KEYS[4], input)
redis.call('SADD', KEYS[6], id)
redis.call('ZADD', base .. 'jobs:' .. old[1], now, id)
redis.call('PEXPIRE', base .. 'jobs:' .. old[1], ARGV[5] + TOMBSTONE_MS)
local ready = base .. 'ready:' .. work[2]
redis.call('ZADD', ready, now + ARGV[4], id)
append(KEYS[3], KEYS[5], 'job.queued', '{"position":' .. redis.call('ZCARD', ready) .. '}')
return 'accepted'
