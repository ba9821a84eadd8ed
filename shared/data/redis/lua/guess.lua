#!lua flags=allow-oom
-- needs: clock, buckets
-- guess(KEYS, ARGV) -> 0 when a password may be tried, else the ms until one may
--
-- KEYS  1 mark of an address that knew the password lately   2 bucket of the account from there
--       3 bucket of the account from everywhere else
-- ARGV  1 tokens per ms   2 capacity
--
-- Whoever guesses from many addresses empties the bucket of all strangers, and not that of the owner.
local bucket = redis.call('EXISTS', KEYS[1]) == 1 and KEYS[2] or KEYS[3]
return take({bucket}, tonumber(ARGV[1]), tonumber(ARGV[2]), clock())[4]
