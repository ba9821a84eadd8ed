-- Who asks, and whether the store knows of it:
--
-- 'new'      begins a session with this request
-- 'session'  has one: a hash with created, in ms; it lives for its time after each use
-- 'bearer'   has a token that was signed by us; the key is a hash of what was ended meanwhile: the id of
--            a login, or '*' with a moment in ms: all that was issued before
-- 'none'     claims nothing

-- is_known(key, kind, login id, when the token was issued in ms) -> whether they may come in
local function is_known(key, kind, login, issued_ms)
  if kind == 'bearer' then
    local ended = redis.call('HMGET', key, login, '*')
    return not ended[1] and not (ended[2] and tonumber(issued_ms) <= tonumber(ended[2]))
  end
  return kind ~= 'session' or redis.call('EXISTS', key) == 1
end

-- enter(key, kind, time to live of a session in ms, now)
local function enter(key, kind, ttl_ms, now)
  if kind == 'new' then
    redis.call('HSET', key, 'created', now)
  end
  if kind == 'new' or kind == 'session' then
    redis.call('PEXPIRE', key, ttl_ms)
  end
end
