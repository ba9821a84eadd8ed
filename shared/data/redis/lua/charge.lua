#!lua flags=allow-oom
-- needs: clock, buckets
-- charge(KEYS, ARGV) -> {verdict, {granted, left, ms until full, ms until one}}
--
-- KEYS  1 caller's bucket   2 address's bucket
-- ARGV  1 tokens per ms   2 capacity
--
-- The gate for one who has shown a token for something instead of a session.
local allowance = take(KEYS, tonumber(ARGV[1]), tonumber(ARGV[2]), clock())
return {allowance[1] == 1 and 'passed' or 'limited', allowance}
