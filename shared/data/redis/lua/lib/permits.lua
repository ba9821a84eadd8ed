-- The money of the whole installation. Before a call the most that it can cost is set aside, and after it what
-- it did cost is spent. What nobody settles, for its worker died, lapses: it counts with all that was set aside.
--
-- permits       sorted set  calls that are being made, by when they are over for certain in ms
-- permit:<id>   hash        turn: when the call may go, in ms   day   cost_nusd   tokens: as expected
--                           req_ms, tok_ms: what it took of the pace   each_tok: ms   output: most tokens of its reply
-- purse:<day>   hash        spent_nusd   reserved_nusd; days since 1970, in UTC

local BUDGET_DAY_MS = 24 * 3600 * 1000
local PURSE_KEPT_MS = 4 * BUDGET_DAY_MS
local ASK_AGAIN_MS = 2500 -- while others hold what may yet be left
local LAPSED_AT_ONCE = 100

local function integer(number)
  return string.format('%.0f', number + 0) -- never -0, which is no integer to Redis
end

local function budget_day(now)
  return integer(math.floor(now / BUDGET_DAY_MS))
end

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
  redis.call('HINCRBY', purse, 'reserved_nusd', integer(0 - held.cost_nusd))
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
  local purse = redis.call('HMGET', base .. 'purse:' .. budget_day(now), 'spent_nusd', 'reserved_nusd')
  local left = limit - (purse[1] or 0) - cost
  if left < 0 then
    return BUDGET_DAY_MS - now % BUDGET_DAY_MS
  end
  return left < tonumber(purse[2] or 0) and ASK_AGAIN_MS or 0
end

-- open_permit(base of the keys, id, what it holds, when it is over, now)
local function open_permit(base, id, held, ends, now)
  local key = base .. 'permit:' .. id
  local purse = base .. 'purse:' .. budget_day(now)
  redis.call('HSET', key, 'day', budget_day(now), unpack(held))
  redis.call('PEXPIRE', key, ends - now + BUDGET_DAY_MS)
  redis.call('ZADD', base .. 'permits', ends, id)
  redis.call('HINCRBY', purse, 'reserved_nusd', redis.call('HGET', key, 'cost_nusd'))
  redis.call('PEXPIRE', purse, PURSE_KEPT_MS)
end
