-- A session is a hash: created, in ms. It lives for its time after each use.

-- is_known(key, is new) -> whether somebody may come in with it
local function is_known(key, is_new)
  return is_new or redis.call('EXISTS', key) == 1
end

-- enter(key, is new, time to live in ms, now)
local function enter(key, is_new, ttl_ms, now)
  if is_new then
    redis.call('HSET', key, 'created', now)
  end
  redis.call('PEXPIRE', key, ttl_ms)
end
