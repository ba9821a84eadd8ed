-- Uses logs.lua, lines.lua and purses.lua, which have to stand before it.
--
-- A batch is work that waits for other work, its sections. What is known of a section stands in the keys of
-- its batch, and is written in the very step that ends the section: so a batch counts each one once, and ends
-- with its last, whoever dies in between.
--
-- batch:<work id>     hash    total   pending: not ended yet   planned: all are there   done:<status>   cached   skipped
--                             partial   called: ended by calls, since first_at   saved_nusd   stops: on the first error
--                             error: the first one   cap_nusd   spent_nusd   reserved_nusd   earlier: work that this one
--                             tries again   digest: of its plan   input_tokens   cached_tokens   output_tokens   cost_nusd   unpriced
--                             answered_by: a model that answered in another's place
-- plan:<work id>      list    where each section stands (JSON), in order
-- children:<work id>  hash    the job of each section that has not ended, by its number
-- outcomes:<work id>  hash    how each section ended (JSON), by its number
-- common:<work id>    string  what all sections share (JSON)
--
-- job:<section's job> has besides `work`: batch, n, shift (where it starts, in the batch's unit), name (JSON)

local BATCH_KEYS = {'batch:', 'plan:', 'children:', 'outcomes:', 'common:'}

-- expire_batch(base of the keys, batch work id, ms that they are kept); of other work there are none
local function expire_batch(base, id, kept_ms)
  for _, name in ipairs(BATCH_KEYS) do
    redis.call('PEXPIRE', base .. name .. id, kept_ms)
  end
end

-- ask_again(base of the keys, work id, now): what waited for money goes to the end of its line, past no one
local function ask_again(base, id, now)
  local batch = batch_of(base, id)
  redis.call('HSET', base .. 'work:' .. id, 'status', 'queued')
  line_up(base, FAIR, owner_of(base, batch ~= '' and batch or id), id, now)
end

-- tell_suggestions(base of the keys, batch work id, section's number, its shift, told): each of `told` is
-- "<start> <end> <the rest as JSON>", counted from the start of the section
local function tell_suggestions(base, id, n, shift, told)
  for k, one in ipairs(told) do
    local from, to, rest = one:match('^(%d+) (%d+) {(.*)$')
    append(base .. 'work:' .. id, base .. 'log:' .. id, 'suggestion.created', '{"suggestion":{"id":"sg_' .. n
      .. '_' .. k .. '","start":' .. whole(from + shift) .. ',"end":' .. whole(to + shift) .. ',' .. rest .. '}')
  end
end

-- tell_section(base of the keys, batch work id, event, section's number, its name as JSON, more as JSON)
local function tell_section(base, id, event, n, name, more)
  append(base .. 'work:' .. id, base .. 'log:' .. id, event,
    '{"section_id":"sec_' .. n .. '","custom_id":' .. name .. ',' .. more .. '}')
end

-- tell_progress(base of the keys, batch work id)
local function tell_progress(base, id)
  local far = redis.call('HMGET', base .. 'batch:' .. id, 'total', 'pending')
  append(base .. 'work:' .. id, base .. 'log:' .. id, 'job.progress',
    '{"done":' .. whole(far[1] - far[2]) .. ',"total":' .. far[1] .. '}')
end

-- is_stopped_by_error(base of the keys, batch work id)
local function is_stopped_by_error(base, id)
  local batch = redis.call('HMGET', base .. 'batch:' .. id, 'stops', 'done:failed')
  return batch[1] == '1' and batch[2]
end

-- begin_section(base of the keys, section's job, attempt, now)
local function begin_section(base, job, attempt, now)
  local own = redis.call('HMGET', base .. 'job:' .. job, 'batch', 'n', 'name')
  redis.call('HSETNX', base .. 'batch:' .. own[1], 'first_at', now)
  tell_section(base, own[1], 'section.started', own[2], own[3], '"attempt":' .. attempt)
  redis.call('PUBLISH', base .. 'news', own[1])
end

-- outcome_of(status, how: complete, partial or cached, cost, error, result) -> JSON; so are the last three
local function outcome_of(status, how, cost, problem, result)
  return '{"status":"' .. status .. '","cached":' .. tostring(how == 'cached') .. ',"partial":'
    .. tostring(how == 'partial') .. ',"cost_usd":' .. cost .. ',"error":' .. problem .. ',"result":' .. result .. '}'
end

-- keep_outcome(base of the keys, batch work id, section's number, status, outcome)
local function keep_outcome(base, id, n, status, outcome)
  redis.call('HSET', base .. 'outcomes:' .. id, n, outcome)
  redis.call('HINCRBY', base .. 'batch:' .. id, 'done:' .. status, 1)
  redis.call('HINCRBY', base .. 'batch:' .. id, 'pending', -1)
end

-- note_section(base of the keys, section's job, its work, status, now, told) -> id of its batch, or nil when
-- it was noted before
local function note_section(base, job, work_id, status, now, told)
  local own = redis.call('HMGET', base .. 'job:' .. job, 'batch', 'n', 'shift', 'name')
  local id, n = own[1], own[2]
  if not id or redis.call('HDEL', base .. 'children:' .. id, n) == 0 then
    return nil
  end
  local work = redis.call('HMGET', base .. 'work:' .. work_id, 'payer', 'usage', 'error', 'outcome', 'answered_by')
  local problem = status == 'failed' and work[3] ~= '' and work[3] or 'null'
  local cost = nusd_of(work[2])
  local paid = work[1] == job
  local result = status == 'succeeded' and redis.call('GET', base .. 'result:' .. work_id) or 'null'
  local price = cost and string.format('%.9f', paid and cost / 1e9 or 0) or 'null'
  keep_outcome(base, id, n, status, outcome_of(status, work[4], price, problem, result))
  local batch = base .. 'batch:' .. id
  if paid then
    count_section(base, id, work_id, now)
  elseif status == 'succeeded' then
    redis.call('HINCRBY', batch, 'saved_nusd', whole(cost or 0))
  end
  if status == 'succeeded' then
    redis.call('HINCRBY', batch, 'called', 1)
    if work[5] then
      redis.call('HSET', batch, 'answered_by', work[5])
    end
    if work[4] == 'partial' then
      redis.call('HSET', batch, 'partial', 1)
    elseif work[4] == 'cached' then -- since it was planned
      redis.call('HINCRBY', batch, 'cached', 1)
    end
    tell_suggestions(base, id, n, own[3], told)
    tell_section(base, id, 'section.completed', n, own[4], '"cached":' .. tostring(work[4] == 'cached')
      .. ',"suggestions":' .. #told)
  elseif status ~= 'cancelled' then
    if status == 'failed' then
      redis.call('HSETNX', batch, 'error', problem)
    end
    tell_section(base, id, 'section.failed', n, own[4], '"status":"' .. status .. '","error":' .. problem)
  end
  if paid and work[2] then
    append(base .. 'work:' .. id, base .. 'log:' .. id, 'usage.updated', '{"usage":' .. usage_of(batch) .. '}')
  end
  tell_progress(base, id)
  redis.call('PUBLISH', base .. 'news', id)
  return id
end

-- conclusion(base of the keys, batch work id) -> status, or nil while there is more to come
--
-- That is: the planner has set out, and no section lives. What is to be told of the end besides its status is
-- written down. Sections that there was nothing to ask
-- about do not make a success of a batch whose others failed.
local function conclusion(base, id)
  local batch, work = base .. 'batch:' .. id, base .. 'work:' .. id
  local b = redis.call('HMGET', batch, 'planned', 'partial', 'total', 'skipped', 'cached', 'done:succeeded',
    'done:failed', 'done:expired', 'stops', 'error', 'answered_by')
  if b[1] ~= '1' or redis.call('HLEN', base .. 'children:' .. id) > 0 then
    return nil
  end
  local asked = (b[3] or 0) - (b[4] or 0)
  local good = (b[6] or 0) - (b[4] or 0)
  local stop_as = redis.call('HGET', work, 'stop_as')
  if stop_as then
    return stop_as
  elseif (b[7] and b[9] == '1') or (asked > 0 and good <= 0) then
    if asked == tonumber(b[8] or 0) then
      return 'expired'
    end
    redis.call('HSET', work, 'error', b[10] or 'null')
    return 'failed'
  end
  local outcome = 'complete'
  if good < asked or b[2] then
    outcome = 'partial'
  elseif b[11] then
    outcome = 'degraded'
  elseif asked > 0 and tonumber(b[5] or 0) == asked then
    outcome = 'cached'
  end
  redis.call('HSET', work, 'outcome', outcome)
  if b[11] then
    redis.call('HSET', work, 'answered_by', b[11])
  end
  return 'succeeded'
end
