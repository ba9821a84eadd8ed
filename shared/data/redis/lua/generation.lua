#!lua
-- needs: clock
-- generation(KEYS, ARGV) -> {generation or '', value or ''}
--
-- KEYS  1 generation   2 value, if the cache is this server
-- ARGV  1 the generation there is from now on, if there is none   2 time to live in ms
--
-- generation  hash  g: under what a value may be kept and believed   w:<token>: someone who is about
--             to change the thing, and until when in ms they may be at it
--
-- A full server refuses this, for it needs the room for what ends work: then nothing is cached.
--
-- While somebody changes the thing there is no generation: nobody believes a value and nobody keeps
-- one. Generations are random, so one that is lost never comes back.
local now, writing = clock(), false
local fields = redis.call('HGETALL', KEYS[1])
local generation = ''
for i = 1, #fields, 2 do
  if fields[i] == 'g' then
    generation = fields[i + 1]
  elseif tonumber(fields[i + 1]) > now then
    writing = true
  else
    redis.call('HDEL', KEYS[1], fields[i])
  end
end
if writing then
  return {'', ''}
end
if generation == '' then
  redis.call('HSET', KEYS[1], 'g', ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return {ARGV[1], ''}
end
return {generation, KEYS[2] and redis.call('GET', KEYS[2]) or ''}
