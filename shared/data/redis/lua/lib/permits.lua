-- Uses clock.lua, which has to stand before it.
--
-- The money of the whole installation. Before a call the most that it can cost is set aside, and after it what
-- it did cost is spent. What nobody settles, for its worker died, lapses: it counts with all that was set aside.
--
-- permits       sorted set  calls that are being made, by when they are over for certain in ms
-- permit:<id>   hash        turn: when the call may go, in ms   day   cost_nusd   tokens: as expected   is_probe 0|1
--                           req_ms, tok_ms: what it took of the pace   each_tok: ms   output: most tokens of its reply
-- purse:<day>   hash        spent_nusd   reserved_nusd; days since 1970, in UTC

local PURSE_KEPT_MS = 4 * DAY_MS
local ASK_AGAIN_MS = 2500 -- while others hold what may yet be left
local LAPSED_AT_ONCE = 100

-- close_permit(base of the keys, id[, cost]) -> what it held, or nil if it was closed before; without a cost, that
-- which was set aside
local function close_permit(base, id, cost)
  local key = base .. 'permit:' .. id
  local flat, held = redis.call('HGETALL', key), {}
  redis.call('ZREM', base .. 'permits', id)
  if #flat == 0 then
    return nil
  end
  for i = 1, #flat, 2 do
    held[flat[i]] = flat[i + 1]
  end
  redis.call('DEL', key)
  local purse = base .. 'purse:' .. held.day
  redis.call('HINCRBY', purse, 'reserved_nusd', whole(0 - held.cost_nusd))
  redis.call('HINCRBY', purse, 'spent_nusd', cost or held.cost_nusd)
  redis.call('PEXPIRE', purse, PURSE_KEPT_MS)
  return held
end

-- lapse_permits(base of the keys, now)
local function lapse_permits(base, now)
  local over = redis.call('ZRANGE', base .. 'permits', '-inf', now, 'BYSCORE', 'LIMIT', 0, LAPSED_AT_ONCE)
  for _, id in ipairs(over) do
    close_permit(base, id)
  end
end

-- wait_for_money(base of the keys, cost, limit or '', now) -> ms until it is worth to ask again; 0 if it can be paid
local function wait_for_money(base, cost, limit, now)
  if limit == '' then
    return 0
  end
  local purse = redis.call('HMGET', base .. 'purse:' .. day_of(now), 'spent_nusd', 'reserved_nusd')
  local left = limit - (purse[1] or 0) - cost
  if left < 0 then
    return DAY_MS - now % DAY_MS
  end
  return left < tonumber(purse[2] or 0) and ASK_AGAIN_MS or 0
end

-- open_permit(base of the keys, id, what it holds, when it is over, now)
local function open_permit(base, id, held, ends, now)
  local key = base .. 'permit:' .. id
  local purse = base .. 'purse:' .. day_of(now)
  redis.call('HSET', key, 'day', day_of(now), unpack(held))
  redis.call('PEXPIRE', key, ends - now + DAY_MS)
  redis.call('ZADD', base .. 'permits', ends, id)
  redis.call('HINCRBY', purse, 'reserved_nusd', redis.call('HGET', key, 'cost_nusd'))
  redis.call('PEXPIRE', purse, PURSE_KEPT_MS)
end
