-- is_postponed() -> 1 if what this script writes may be told before it is in the append-only file, else 0
--
-- With `appendfsync everysec` Redis puts off its writes to the file while an fsync of the last second is
-- under way (flushAppendOnlyFile in aof.c), but answers all the same: killed then, it would have lost
-- what it has told. Whoever must not be wrong about it asks until that is over.
local function is_postponed()
  local pending = redis.call('INFO', 'persistence'):match('aof_pending_bio_fsync:(%d+)')
  return pending and pending ~= '0' and 1 or 0
end
