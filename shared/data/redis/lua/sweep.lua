#!lua flags=allow-oom
-- needs: clock, pace, logs, lines, pauses, usage, purses, running, batches, unbegun, ends
-- sweep(KEYS, ARGV) -> {id, queue, why} of all work that needs a message
--
-- KEYS  1 leases   2 parked   3 starts   4 shelf   5.. ready, of each queue
-- ARGV  1 base of the keys   2 deaths that work may cause   3 ms until published again
--       4 retention in ms   5 how many at most   6 reap 0|1
--       7 the error of work that caused too many deaths (JSON)   8 ms that such work is kept
--       9 the error of work whose time is over (JSON)   10 window of the bulk lane
--
-- Many sweepers may run at once: each id is moved by whoever comes first. A lease that ended without
-- a finish means a dead or frozen process: the work is queued again under a new fence, until too many
-- have died under it; the last time it runs alone, in the queue `isolate`, so that work which kills its
-- process takes no other with it. What the lost attempt had shown is withdrawn. Of work that shared its
-- process with other work nobody knows which was to blame: the death counts, the attempt is not charged.
-- Work of a lane that is paused needs no message: its queues are passed over.
local base, most_deaths, limit, found = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[5]), {}
local now = clock()
local due_again = now + ARGV[3]
local NEAR_MS = 1500 -- a live process has renewed its leases for longer than that
local COMPANY = 1000

local function due(key)
  return redis.call('ZRANGE', key, '-inf', now, 'BYSCORE', 'LIMIT', 0, limit)
end

local function queue_again(id, work, queue, why)
  redis.call('HSET', work, 'status', 'queued')
  change_queue(base, id, queue)
  if is_paused(base, redis.call('HGET', work, 'lane')) then
    stop_clock(work, now)
  end
  hand_out(base, queue, id, due_again)
  redis.call('PUBLISH', base .. 'news', id)
  found[#found + 1] = {id, queue, why}
end

local function shelve(id, work, deaths)
  redis.call('HSET', work, 'error', ARGV[7], 'attempts', deaths)
  if redis.call('HGET', work, 'kind') ~= 'section' then -- one is tried again with its batch
    redis.call('ZADD', KEYS[4], now, id)
  end
  settle(base, id, 'failed', now, tonumber(ARGV[8]))
end

-- Marks the work of processes that are gone and held more than one piece.
local function note_company()
  local first = {}
  local gone = redis.call('ZRANGE', KEYS[1], '-inf', now + NEAR_MS, 'BYSCORE', 'LIMIT', 0, COMPANY)
  for _, id in ipairs(gone) do
    local work = base .. 'work:' .. id
    local worker = redis.call('HGET', work, 'worker')
    if worker and first[worker] then
      redis.call('HSET', work, 'shared', 1)
      redis.call('HSET', first[worker], 'shared', 1)
    elseif worker then
      first[worker] = work
    end
  end
end

local function queue_for(work, deaths)
  if deaths == most_deaths - 1 then
    return 'isolate'
  end
  return rescue_of(redis.call('HGET', work, 'lane'))
end

local function reap(id)
  local work = base .. 'work:' .. id
  local held = redis.call('HMGET', work, 'status', 'shared', 'stop_as', 'deadline')
  redis.call('ZREM', KEYS[1], id)
  if held[1] ~= 'running' then
    return
  end
  book_attempt(base, id, true)
  run_no_longer(base, id, now)
  if held[3] then
    settle(base, id, held[3], now, tonumber(ARGV[4]))
    return
  elseif tonumber(held[4]) <= now then
    redis.call('HSET', work, 'error', ARGV[9])
    settle(base, id, 'failed', now, tonumber(ARGV[4]))
    return
  end
  local deaths = redis.call('HINCRBY', work, 'deaths', 1)
  if deaths >= most_deaths then
    shelve(id, work, deaths)
    return
  end
  if held[2] then
    redis.call('HINCRBY', work, 'attempts', -1)
  end
  withdraw(work, base .. 'log:' .. id, 'worker_lost')
  queue_again(id, work, queue_for(work, deaths), 'worker_lost')
end

redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - ARGV[8])
if ARGV[6] == '1' then
  local ended = due(KEYS[1])
  if #ended > 0 then
    note_company()
  end
  for _, id in ipairs(ended) do
    reap(id)
  end
end
for _, id in ipairs(due(KEYS[2])) do
  redis.call('ZREM', KEYS[2], id)
  local work = base .. 'work:' .. id
  local at = redis.call('HMGET', work, 'queue', 'reason')
  if at[1] == FAIR and at[2] == 'budget' then
    ask_again(base, id, now)
  else
    queue_again(id, work, at[1], 'wait_over')
  end
end
for _, job in ipairs(due(KEYS[3])) do
  redis.call('ZREM', KEYS[3], job)
  leave(base, job, 'expired', now, tonumber(ARGV[4]))
end
for i = 5, #KEYS do
  local is_passed_over = is_paused(base, lane_of(KEYS[i]:match('ready:(.+)$')))
  for _, id in ipairs(is_passed_over and {} or due(KEYS[i])) do
    local work = base .. 'work:' .. id
    local at = redis.call('HMGET', work, 'queue', 'deadline', 'lane')
    if is_paused(base, at[3]) then -- among others in `isolate`
      redis.call('ZADD', KEYS[i], 'XX', due_again, id)
    elseif at[2] and tonumber(at[2]) <= now then
      redis.call('HSET', work, 'error', ARGV[9])
      settle(base, id, 'failed', now, tonumber(ARGV[4]))
    else
      redis.call('ZADD', KEYS[i], 'XX', due_again, id)
      found[#found + 1] = {id, at[1], 'overdue'}
    end
  end
end
for _, lane in ipairs({'interactive', FAIR, 'isolate'}) do
  forget_stray(base, lane)
end
for _, id in ipairs(release(base, tonumber(ARGV[10]), due_again)) do
  found[#found + 1] = {id, FAIR, 'turn'}
end
return found
