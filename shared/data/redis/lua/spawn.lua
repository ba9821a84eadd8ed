#!lua
-- needs: clock, pace, logs, lines, starts, usage, purses, batches
-- spawn(KEYS, ARGV) -> {1, ids that need a message}, {0} for one who no longer holds the batch, {-1} for another plan
--
-- KEYS  1 batch's work   2 batch   3 plan   4 common   5 news (a channel)
-- ARGV  1 batch's work id   2 fence   3 base of the keys   4 window of the bulk lane   5 ms until published again
--       6 digest of the plan   7 sections in all   8 stops on the first error 0|1   9 most to spend in nusd, or ''
--       10 common (JSON)   11.. of each section: terms (JSON), its spot (JSON), its name (JSON), input,
--       result or '' (JSON), how many suggestions are told, and these
--
-- What an earlier attempt has spawned is passed over; one that planned otherwise has to give up. A section
-- that is known already is told of at once; one that another batch of the same owner is at is joined, but not
-- where a batch has a limit of its own to what it may spend.
local id, base, now = ARGV[1], ARGV[3], clock()
local held = redis.call('HMGET', KEYS[1], 'status', 'fence', 'request', 'trace', 'stop_as', 'payers',
  'limit_nusd')
if held[1] ~= 'running' or held[2] ~= ARGV[2] then
  return {0}
end
if redis.call('HSETNX', KEYS[2], 'digest', ARGV[6]) == 1 then
  redis.call('HSET', KEYS[2], 'total', ARGV[7], 'pending', ARGV[7], 'stops', ARGV[8])
  if ARGV[9] ~= '' then
    redis.call('HSET', KEYS[2], 'cap_nusd', ARGV[9])
  end
  redis.call('SET', KEYS[4], ARGV[10])
elseif redis.call('HGET', KEYS[2], 'digest') ~= ARGV[6] then
  return {-1}
end
if held[5] or is_stopped_by_error(base, id) then
  return {1, {}} -- no more may begin; whoever plans it sets out all the same
end
local owner, wakes, due = owner_of(base, id), {}, now + ARGV[5]

local function line_up_section(terms, name, input)
  local job, work = base .. 'job:' .. terms.id, base .. 'work:' .. terms.id
  local leader = terms.mark and ARGV[9] == '' and redis.call('GET', base .. 'inflight:' .. terms.mark)
  local leading = leader and redis.call('HMGET', base .. 'work:' .. leader, 'status', 'kind', 'attempts') or {}
  local joins = leading[2] == 'section' and (leading[1] == 'queued' or leading[1] == 'running' or leading[1] == 'waiting')
  redis.call('HSET', job, 'id', terms.id, 'kind', 'section', 'work', joins and leader or terms.id, 'batch', id,
    'n', terms.n, 'shift', terms.shift, 'name', name)
  redis.call('HSET', base .. 'children:' .. id, terms.n, terms.id)
  redis.call('SADD', base .. 'members:' .. (joins and leader or terms.id), terms.id)
  if terms.start_by then
    watch_start(base, terms.id, joins and leader or terms.id, terms.start_by)
  end
  if joins then
    redis.call('HSET', base .. 'work:' .. leader, 'joined', 1)
    if leading[1] == 'running' then
      begin_section(base, terms.id, leading[3], now)
    end
    return
  end
  redis.call('HSET', work, 'id', terms.id, 'kind', 'section', 'status', 'queued', 'lane', FAIR, 'queue', FAIR,
    'fence', 0, 'attempts', 0, 'epoch', 1, 'created', now, 'seq', 0, 'payer', terms.id, 'budget', terms.budget_ms,
    'request', held[3], 'trace', held[4])
  if held[6] then
    redis.call('HSET', work, 'payers', held[6])
  end
  if held[7] then
    redis.call('HSET', work, 'limit_nusd', held[7])
  end
  if terms.worst_nusd then
    redis.call('HSET', work, 'worst_nusd', whole(terms.worst_nusd))
  end
  if terms.mark and ARGV[9] == '' then
    redis.call('SET', base .. 'inflight:' .. terms.mark, terms.id)
    redis.call('HSET', work, 'inflight', terms.mark)
  end
  redis.call('SET', base .. 'input:' .. terms.id, input)
  local _, released = take_place(base, FAIR, owner, terms.id, now, due, tonumber(ARGV[4]))
  for _, one in ipairs(released) do
    wakes[#wakes + 1] = one
  end
end

local function note_known(terms, name, result, told)
  local how = terms.cached and 'cached' or 'complete'
  keep_outcome(base, id, terms.n, 'succeeded', outcome_of('succeeded', how, '0', 'null', result))
  redis.call('HINCRBY', KEYS[2], terms.cached and 'cached' or 'skipped', 1)
  redis.call('HINCRBY', KEYS[2], 'saved_nusd', whole(terms.saved_nusd))
  tell_suggestions(base, id, terms.n, terms.shift, told)
  tell_section(base, id, 'section.completed', terms.n, name,
    '"cached":' .. tostring(terms.cached) .. ',"suggestions":' .. #told)
end

-- That of the job which gives it the most time: they all wait for the same sections.
local function latest_start()
  local latest
  for _, job in ipairs(redis.call('SMEMBERS', base .. 'members:' .. id)) do
    local start_by = redis.call('HGET', base .. 'job:' .. job, 'start_by')
    if not start_by then
      return nil
    end
    latest = math.max(latest or 0, tonumber(start_by))
  end
  return latest
end

local start_by = latest_start()
local at = 11
while at <= #ARGV do
  local terms, name, result, count = cjson.decode(ARGV[at]), ARGV[at + 2], ARGV[at + 4], tonumber(ARGV[at + 5])
  terms.start_by = start_by
  if terms.n > redis.call('LLEN', KEYS[3]) then
    redis.call('RPUSH', KEYS[3], ARGV[at + 1])
    if result == '' then
      line_up_section(terms, name, ARGV[at + 3])
    else
      local told = {}
      for k = 1, count do
        told[k] = ARGV[at + 5 + k]
      end
      note_known(terms, name, result, told)
    end
  end
  at = at + 6 + count
end
tell_progress(base, id)
redis.call('PUBLISH', KEYS[5], id)
return {1, wakes}
