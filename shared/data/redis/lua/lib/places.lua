-- place_of(base of the keys, work id) -> how many stand before it in its lane, or -1 when it does not wait
local function place_of(base, id)
  local at = redis.call('HMGET', base .. 'work:' .. id, 'lane', 'queue')
  local lane = at[1]
  local place = lane and redis.call('ZRANK', base .. 'ready:' .. at[2], id)
  local held = lane and not place and redis.call('ZRANK', base .. 'held:' .. lane, id)
  if held then
    place = redis.call('ZCARD', base .. 'ready:' .. lane) + held
  end
  return place or -1
end
