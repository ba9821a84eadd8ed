-- The server's clock decides, so processes with skewed clocks agree. Milliseconds.
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local DAY_MS = 24 * 3600 * 1000

local function whole(number)
  return string.format('%.0f', number + 0) -- never -0, which is no integer to Redis
end

-- day_of(now) -> days since 1970, in UTC
local function day_of(now)
  return whole(math.floor(now / DAY_MS))
end
