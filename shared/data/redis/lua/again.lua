#!lua
-- needs: clock, owners, durability, pace, logs, lines, usage, purses, running, batches, unbegun, ends
-- again(KEYS, ARGV) -> {'unknown'}, {'gone'}, {'refused'} (it is live, or has succeeded),
--                      {'overloaded', ms until there may be room}, {'broke', ms until the next budget},
--                      {'mismatch'}, {'replayed', job id}
--                      or {'accepted', job id, queue, ids that need a message,
--                      whether it may be told before it is in the append-only file 0|1}
--
-- KEYS  1 old job   2 new job   3 new work   4 new input   5 log   6 members   7 idempotency
-- ARGV  1 owner, or '' for an operator   2 new id   3 base of the keys   4 ms until published again
--       5 retention in ms   6 request id   7 window of the bulk lane   8 most work in a lane
--       9 digest of the request under an Idempotency-Key, or ''   10 ms that the key is known
--       11 name of the key, for whoever the job may belong to later
--
-- A new job on the same input, for the same owner: what ended never changes. A batch that succeeded in part
-- may be tried again, and takes over what has succeeded.
local now, id, base = clock(), ARGV[2], ARGV[3]
local old = redis.call('HMGET', KEYS[1], 'owner', 'work', 'kind', 'about', 'trace', 'ended', 'id')
if not old[1] or (ARGV[1] ~= '' and not belongs(base, old[1], ARGV[1])) then
  return {'unknown'}
end
local seen = ARGV[9] ~= '' and redis.call('HMGET', KEYS[7], 'job', 'body') or {}
if seen[1] then
  return {seen[2] == ARGV[9] and 'replayed' or 'mismatch', seen[1]}
end
local work = redis.call('HMGET', base .. 'work:' .. old[2], 'status', 'lane', 'budget', 'inflight', 'outcome')
local input = redis.call('GET', base .. 'input:' .. old[2])
if not work[1] or not input then
  return {'gone'}
end
local status, lane = old[6] or work[1], work[2]
local is_partial = old[3] == 'batch' and status == 'succeeded' and work[5] == 'partial'
if (status == 'succeeded' and not is_partial) or status == 'queued' or status == 'running' or status == 'waiting' then
  return {'refused'}
end
local over = crowd(base, old[3], lane) - ARGV[8]
if over >= 0 then
  return {'overloaded', time_for(base .. 'pace:' .. lane, over + 1, now)}
end
-- It is paid for as the old one was.
local money = redis.call('HMGET', base .. 'work:' .. old[2], 'payers', 'limit_nusd', 'worst_nusd', 'most_running')
local purses, worst = purses_for(money[1], money[2], now), tonumber(money[3])
if can_pay(base, purses, worst or 1) ~= 'yes' then
  return {'broke', DAY_MS - now % DAY_MS}
end

redis.call('HSET', KEYS[2], 'id', id, 'owner', old[1], 'kind', old[3], 'work', id, 'joined', 0,
  'created', now, 'about', old[4], 'request', ARGV[6], 'trace', old[5], 'retry_of', old[7])
redis.call('HSET', KEYS[3], 'id', id, 'kind', old[3], 'status', 'queued', 'lane', lane,
  'queue', lane, 'fence', 0, 'attempts', 0, 'epoch', 1, 'created', now, 'seq', 0, 'payer', id,
  'jobs', 1, 'budget', work[3], 'request', ARGV[6], 'trace', old[5])
for k, name in ipairs({'payers', 'limit_nusd', 'worst_nusd', 'most_running'}) do
  if money[k] then
    redis.call('HSET', KEYS[3], name, money[k])
  end
end
if money[2] and worst then
  set_aside(base, id, purses, worst)
end
redis.call('SET', KEYS[4], input)
redis.call('SADD', KEYS[6], id)
redis.call('ZADD', base .. 'jobs:' .. old[1], now, id)
redis.call('PEXPIRE', base .. 'jobs:' .. old[1], ARGV[5] + TOMBSTONE_MS)
if work[4] and redis.call('SET', base .. 'inflight:' .. work[4], id, 'NX') then
  redis.call('HSET', KEYS[3], 'inflight', work[4])
end
if ARGV[9] ~= '' then
  redis.call('HSET', KEYS[7], 'job', id, 'body', ARGV[9])
  redis.call('PEXPIRE', KEYS[7], ARGV[10])
  redis.call('HSET', KEYS[2], 'idem', ARGV[11], 'idem_body', ARGV[9])
end
local place, wakes
if old[3] == 'batch' then
  redis.call('HSET', KEYS[3], 'queue', rescue_of(lane))
  redis.call('HSET', base .. 'batch:' .. id, 'earlier', old[2])
  lane = rescue_of(lane)
  place, wakes = jump_in(base, lane, id, now + ARGV[4])
else
  place, wakes = take_place(base, lane, old[1], id, now, now + ARGV[4], tonumber(ARGV[7]))
end
append(KEYS[3], KEYS[5], 'job.queued', '{"position":' .. place .. '}')
return {'accepted', id, lane, wakes, is_postponed()}
