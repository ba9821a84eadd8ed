-- Uses clock.lua, which has to stand before it.
--
-- What an owner used, a day at a time: counted in the very step that ends a job, so once for each job,
-- whoever ends it and however often that is tried. Days are those of the server's clock, in UTC.
--
-- usage:<owner>:<days since 1970>  hash  jobs:<kind>:<outcome, or how it ended>   joined   unpriced
--                                        input_tokens   cached_tokens   output_tokens   cost_nusd
--                                        changes: how often anything of it changed   born: in ms
-- usage_changed                    sorted set  <owner>:<day> that is to be copied, by when it first did since the last copy

local ENDED_FOR_MS = 8 * DAY_MS
local TOKENS = {'input_tokens', 'cached_tokens', 'output_tokens'}

-- note_change(base of the keys, owner, day, now): what is not copied yet must not expire. A day whose
-- counts were lost begins anew as another one, so that its copy and what comes after it add up.
local function note_change(base, owner, day, now)
  local key = base .. 'usage:' .. owner .. ':' .. day
  redis.call('HINCRBY', key, 'changes', 1)
  redis.call('HSETNX', key, 'born', now)
  redis.call('PERSIST', key)
  redis.call('ZADD', base .. 'usage_changed', 'NX', now, owner .. ':' .. day)
end

-- count_spending(key, usage as JSON): costs are kept as whole billionths of a dollar, which add up. What
-- is not there counts as nothing: no job may fail to end because it cannot be counted.
local function count_spending(key, usage)
  local used = cjson.decode(usage)
  for _, name in ipairs(TOKENS) do
    redis.call('HINCRBY', key, name, whole(tonumber(used[name]) or 0))
  end
  if type(used.cost_usd) ~= 'number' then
    redis.call('HINCRBY', key, 'unpriced', 1)
  else
    redis.call('HINCRBY', key, 'cost_nusd', whole(used.cost_usd * 1e9))
  end
end

-- tally_end(base of the keys, kind, how it ended, error as JSON or nil, day): for those who run it, of all owners together
--
-- ended        hash  <kind>:<outcome>   <kind>:failed:<code>
-- ended:<day>  hash  the same, of one day
local function tally_end(base, kind, how, problem, day)
  local code = how == 'failed' and problem and problem:match('"code":"([%u_]+)"')
  for _, key in ipairs({base .. 'ended', base .. 'ended:' .. day}) do
    redis.call('HINCRBY', key, kind .. ':' .. how, 1)
    if code then
      redis.call('HINCRBY', key, kind .. ':failed:' .. code, 1)
    end
  end
  redis.call('PEXPIRE', base .. 'ended:' .. day, ENDED_FOR_MS)
end

-- count_job(base of the keys, job id, work id, how it ended, now): tokens and cost are the payer's; what a
-- batch used was counted with each of its sections. A job that is deleted while its worker stops counts for
-- whoever deleted it.
local function count_job(base, id, work_id, as, now)
  local job = redis.call('HMGET', base .. 'job:' .. id, 'owner', 'kind', 'joined', 'deleted_by')
  local work = redis.call('HMGET', base .. 'work:' .. work_id, 'outcome', 'payer', 'usage', 'error')
  local day = day_of(now)
  local owner = job[1] or job[4]
  local key = base .. 'usage:' .. owner .. ':' .. day
  local outcome = as == 'succeeded' and work[1] or as
  redis.call('HINCRBY', key, 'jobs:' .. job[2] .. ':' .. outcome, 1)
  tally_end(base, job[2], outcome, work[4], day)
  if job[3] == '1' then
    redis.call('HINCRBY', key, 'joined', 1)
  end
  if work[2] == id and work[3] and job[2] ~= 'batch' then
    count_spending(key, work[3])
  end
  note_change(base, owner, day, now)
end
