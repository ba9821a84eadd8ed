#!lua flags=allow-oom
-- needs: clock, pace, logs, lines, usage, purses, running, batches, unbegun, ends
-- finish(KEYS, ARGV) -> 1 done, 2 was done by this very claim, 0 for one who no longer holds the work
--
-- KEYS  1 work   2 log   3 result
-- ARGV  1 work id   2 fence   3 status   4 outcome or ''   5 error (JSON) or ''
--       6 usage (JSON)   7 result or ''   8 base of the keys   9 retention in ms
--       10 last number known   11 the model that answered in another's place, or ''
--       12.. name, data of last events
--
-- Record, result, last events and the end of all jobs that waited for it: one step, once. The
-- answer 2 lets a worker ask again when it lost the reply. Work that was stopped ends as whoever
-- stopped it wanted. The last events of a section are told by its batch.
local work = redis.call('HMGET', KEYS[1], 'status', 'fence', 'done_by', 'stop_as')
if work[3] == ARGV[2] then
  return 2
end
if work[1] ~= 'running' or work[2] ~= ARGV[2] then
  return 0
end
local told, kind = {}, redis.call('HGET', KEYS[1], 'kind')
if kind == 'section' then
  for i = 13, #ARGV, 2 do
    told[#told + 1] = ARGV[i]
  end
else
  append_rest(KEYS[1], KEYS[2], ARGV[10], ARGV, 12)
end
redis.call('HSET', KEYS[1], 'done_by', ARGV[2])
if kind ~= 'batch' then -- what that has used is counted with its sections
  redis.call('HSET', KEYS[1], 'usage', ARGV[6])
end
if not work[4] then
  redis.call('HSET', KEYS[1], 'outcome', ARGV[4], 'error', ARGV[5])
  if ARGV[11] ~= '' then
    redis.call('HSET', KEYS[1], 'answered_by', ARGV[11])
  end
  if ARGV[7] ~= '' then
    redis.call('SET', KEYS[3], ARGV[7])
  end
end
settle(ARGV[8], ARGV[1], work[4] or ARGV[3], clock(), tonumber(ARGV[9]), told)
return 1
