#!lua
-- needs: clock, durability, buckets, sessions, pace, logs, lines, starts, usage, purses, running, batches, unbegun, ends
-- admit(KEYS, ARGV) -> {verdict, now, {granted, left, ms until full, ms until one}, job id, ...}
--   accepted, joined, answered: an older job of another partition that this one supersedes, or ''; then
--   accepted, joined: place in the lane or 0, ids that need a message, whether it may be told before it
--   is in the append-only file 0|1
--   answered: result, number of events, age in ms      overloaded: ms until there may be room
--   broke: ms until the next budget                    unpriced: say what it can cost at most
--
-- KEYS  1 session, or what was ended of a user's logins   2, 3 buckets (may be the same)   4 idempotency   5 work in flight
--       6 job   7 work   8 input   9 result   10 log   11 members   12 owner's jobs
--       13 answer   14 superseded   15 starts
-- ARGV  1 order (JSON, see JobStore.admit)   2 input   3 result or '', when the caller has placed an
--       answer   4.. name, data of its events
--
-- The one step that accepts a job, so that limits, idempotency, sharing and the record cannot
-- disagree. In this order: who asks, how often, the same request before, a known answer, the same
-- work in flight, and only then something new, if it can be paid. Whatever is refused leaves no trace.
local order = cjson.decode(ARGV[1])
local id, now = order.id, clock()

if not is_known(KEYS[1], order.who, order.login, order.issued_ms) then
  return {'unauthenticated', now, {0, 0, 0, 0}, ''}
end
local placed, told = ARGV[3], {}
if placed ~= '' then
  for i = 4, #ARGV do
    told[#told + 1] = ARGV[i]
  end
elseif order.rendering then
  local known = redis.call('HMGET', KEYS[13], 'at', 'r:' .. order.rendering, 'e:' .. order.rendering)
  if known[2] then
    placed, told = known[2], cjson.decode(known[3])
    order.cache_age_ms = math.max(0, now - known[1])
  elseif known[1] and level(KEYS[2], order.per_ms, order.capacity, now) >= 1 then
    return {'placeable', now, {1, 0, 0, 0}, ''}
  end
end

local leader = placed == '' and order.mark and redis.call('GET', KEYS[5])
local leading = leader and redis.call('HGET', order.base .. 'work:' .. leader, 'status')
local seen = order.idempotent_body and redis.call('HMGET', KEYS[4], 'job', 'body') or {}
local waiting = crowd(order.base, order.kind, order.lane)
local is_new = placed == '' and not leading and not seen[1]
if is_new and waiting >= order.deepest then
  local wait_ms = time_for(order.base .. 'pace:' .. order.lane, waiting - order.deepest + 1, now)
  return {'overloaded', now, {1, 0, 0, 0}, '', wait_ms}
end

-- Beside all that is under way something has to be left: for a batch anything, for its sections pay as they begin.
local purses, worst = purses_for(order.payers, order.limit_nusd, now), order.worst_nusd
if is_new and can_pay(order.base, purses, worst or 1) ~= 'yes' then
  return {'broke', now, {1, 0, 0, 0}, '', DAY_MS - now % DAY_MS}
elseif is_new and order.limit_nusd and not worst and order.kind ~= 'batch'
  and level(KEYS[2], order.per_ms, order.capacity, now) >= 1 then
  return {'unpriced', now, {1, 0, 0, 0}, ''}
end

local allowance = take({KEYS[2], KEYS[3]}, order.per_ms, order.capacity, now)
if allowance[1] == 0 then
  return {'limited', now, allowance, ''}
end
enter(KEYS[1], order.who, order.session_ttl_ms, now)

if order.idempotent_body then
  if seen[1] then
    local same = seen[2] == order.idempotent_body
    return {same and 'replayed' or 'mismatch', now, allowance, seen[1]}
  end
  redis.call('HSET', KEYS[4], 'job', id, 'body', order.idempotent_body)
  redis.call('PEXPIRE', KEYS[4], order.idempotency_ttl_ms)
end

local function record_job(work_id, joined)
  redis.call('HSET', KEYS[6], 'id', id, 'owner', order.owner, 'kind', order.kind, 'work', work_id,
    'joined', joined, 'created', now, 'about', order.about, 'request', order.request_id,
    'trace', order.trace)
  if order.idempotent_body then
    redis.call('HSET', KEYS[6], 'idem', order.idempotent_name, 'idem_body', order.idempotent_body)
  end
  if order.supersedes then
    redis.call('HSET', KEYS[6], 'supersedes', order.supersedes)
  end
  redis.call('HINCRBY', order.base .. 'work:' .. work_id, 'jobs', 1)
  redis.call('ZREMRANGEBYSCORE', KEYS[12], '-inf', now - order.retention_ms - TOMBSTONE_MS)
  redis.call('ZADD', KEYS[12], now, id)
  redis.call('PEXPIRE', KEYS[12], order.retention_ms + TOMBSTONE_MS)
end

local function record_work(status)
  redis.call('HSET', KEYS[7], 'id', id, 'kind', order.kind, 'status', status, 'lane', order.lane,
    'queue', order.queue or order.lane, 'fence', 0, 'attempts', 0, 'epoch', 1, 'created', now, 'seq', 0,
    'payer', id, 'budget', order.budget_ms, 'request', order.request_id, 'trace', order.trace)
  redis.call('SET', KEYS[8], ARGV[2])
end

-- What the first attempt can cost at most is set aside here, and what one may run at once is noted.
local function fund()
  redis.call('HSET', KEYS[7], 'payers', order.payers)
  if order.most_running then
    redis.call('HSET', KEYS[7], 'most_running', order.most_running)
  end
  if order.limit_nusd then
    redis.call('HSET', KEYS[7], 'limit_nusd', whole(order.limit_nusd))
  end
  if order.limit_nusd and worst then
    redis.call('HSET', KEYS[7], 'worst_nusd', whole(worst))
    set_aside(order.base, id, purses, worst)
  end
end

-- A job that has to begin by a moment is watched until its work begins.
local function begin_by(work_id)
  if order.expires_in_ms then
    watch_start(order.base, id, work_id, now + order.expires_in_ms)
  end
end

-- Once the new job stands, so that one which shares the old one's work keeps it alive.
--
-- An older job that is not in this partition was made before its owner became a user: returned, it is left
-- to another step. An empty string is returned for none.
local function supersede()
  if order.supersedes then
    local older = redis.call('GET', KEYS[14])
    redis.call('SET', KEYS[14], id, 'PX', order.idempotency_ttl_ms)
    if older and redis.call('EXISTS', order.base .. 'job:' .. older) == 0 then
      return older
    elseif older then
      leave(order.base, older, 'superseded', now, order.retention_ms)
    end
  end
  return ''
end

if placed ~= '' then
  record_job(id, 0)
  record_work('succeeded')
  redis.call('SET', KEYS[9], placed)
  -- Nobody can follow it yet, and no lane had it: the end is written down and that is all.
  local count = #told / 2
  for i = 1, count do
    redis.call('XADD', KEYS[10], i .. '-0', 'e', told[2 * i - 1], 'd', told[2 * i])
  end
  redis.call('XADD', KEYS[10], (count + 1) .. '-0', 'e', 'end', 'd', '')
  redis.call('HSET', KEYS[7], 'seq', count + 1, 'started', now, 'finished', now, 'outcome', 'cached',
    'cache_age', order.cache_age_ms, 'expires', now + order.retention_ms)
  for _, key in ipairs({KEYS[7], KEYS[8], KEYS[9], KEYS[10]}) do
    redis.call('PEXPIRE', key, order.retention_ms)
  end
  forget_job(order.base, id, order.retention_ms)
  count_job(order.base, id, id, 'succeeded', now)
  return {'answered', now, allowance, id, supersede(), placed, #told / 2, order.cache_age_ms}
end

if leading then
  record_job(leader, 1)
  local hastened = {}
  if leading == 'succeeded' then
    forget_job(order.base, id, order.retention_ms)
    count_job(order.base, id, leader, 'succeeded', now)
  else
    redis.call('SADD', order.base .. 'members:' .. leader, id)
    hastened = hasten(order.base, leader, order.lane, now + order.publish_again_ms)
    begin_by(leader)
  end
  return {'joined', now, allowance, id, supersede(), 0, hastened, is_postponed()}
end

record_job(id, 0)
record_work('queued')
fund()
redis.call('SADD', KEYS[11], id)
local place, wakes
if order.queue then
  place, wakes = jump_in(order.base, order.queue, id, now + order.publish_again_ms)
else
  place, wakes = take_place(order.base, order.lane, order.owner, id, now, now + order.publish_again_ms,
    order.window)
end
append(KEYS[7], KEYS[10], 'job.queued', '{"position":' .. place .. '}')
begin_by(id)
if order.mark then
  redis.call('SET', KEYS[5], id)
  redis.call('HSET', KEYS[7], 'inflight', order.mark)
end
return {'accepted', now, allowance, id, supersede(), place, wakes, is_postponed()}
