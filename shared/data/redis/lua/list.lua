#!lua flags=no-writes,allow-oom
-- needs: clock, places
-- list(KEYS, ARGV) -> {{job hash, work hash, position in its lane, created in ms}, ...}, cursor of the next call or ''
--
-- KEYS  1 owner's jobs
-- ARGV  1 owner   2 base of the keys   3 cursor: '<created in ms>-<job id>', or '' for the newest
--       4 most jobs   5 most to look at   6 kind or ''   7 status or ''   8 document id or ''
--
-- The newest first; those of one millisecond by their ids. The cursor names a place and no job, so that
-- it holds when jobs are made or deleted meanwhile. One call looks at a bounded number of jobs, so it
-- may give fewer than there are and a cursor all the same. A job that is not kept any more is left out.
local now, base = clock(), ARGV[2]
local from, before = ARGV[3]:match('^(%d+)%-(.+)$')
local most, left = tonumber(ARGV[4]), tonumber(ARGV[5])

-- Those at the cursor's own millisecond come again, and are passed over.
local function is_behind(id, created)
  return not from or tonumber(created) < tonumber(from) or id < before
end

local function shown(id, created)
  local job = redis.call('HMGET', base .. 'job:' .. id, 'owner', 'work', 'ended', 'expires', 'kind', 'about')
  if job[1] ~= ARGV[1] or (ARGV[6] ~= '' and job[5] ~= ARGV[6]) then
    return nil
  end
  local work = redis.call('HMGET', base .. 'work:' .. job[2], 'status', 'expires')
  local expires = job[3] and job[4] or work[2]
  if not work[1] or (expires and tonumber(expires) <= now) then
    return nil
  end
  if ARGV[7] ~= '' and (job[3] or work[1]) ~= ARGV[7] then
    return nil
  end
  if ARGV[8] ~= '' and cjson.decode(job[6]).document_id ~= ARGV[8] then
    return nil
  end
  return {redis.call('HGETALL', base .. 'job:' .. id), redis.call('HGETALL', base .. 'work:' .. job[2]),
    place_of(base, job[2]), created}
end

local found, cursor, skip = {}, '', 0
while left > 0 do
  local chunk = redis.call('ZREVRANGEBYSCORE', KEYS[1], from or '+inf', '-inf', 'WITHSCORES', 'LIMIT',
    skip, 100)
  for i = 1, #chunk, 2 do
    local id, created = chunk[i], chunk[i + 1]
    local job = is_behind(id, created) and shown(id, created)
    if job and #found == most then
      return {found, cursor}
    end
    if job then
      found[#found + 1] = job
    end
    cursor, left = created .. '-' .. id, left - 1
  end
  if #chunk < 200 then
    return {found, ''}
  end
  skip = skip + 100
end
return {found, cursor}
