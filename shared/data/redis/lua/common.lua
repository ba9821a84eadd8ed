#!lua flags=no-writes,allow-oom
-- needs: clock, logs, lines, usage, purses, batches
-- common(KEYS, ARGV) -> what the sections of a batch share (JSON), or false when nobody waits for this one
--
-- KEYS  1 section's work
-- ARGV  1 section's work id   2 base of the keys
--
-- Of the batch that pays for it: the one that began it may have gone since, and left it to others.
return redis.call('GET', ARGV[2] .. 'common:' .. batch_of(ARGV[2], ARGV[1]))
