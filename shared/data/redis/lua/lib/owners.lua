-- A session becomes a user once, with all that it owns. What was asked in its name before goes on in the
-- user's: a stream that is open, a token for one, a request that is under way.
--
-- moved:<owner>  string  the owner that this one has become, in the partition of its jobs

-- belongs(base of the keys, owner of a job, who asks) -> whether it is theirs
local function belongs(base, owner, who)
  return owner == who or (owner and redis.call('GET', base .. 'moved:' .. who) == owner)
end
