#!lua flags=no-writes,allow-oom
-- depths(KEYS, ARGV) -> {on the shelf, ended (field, count, ...), {handed out and not claimed, by queue as in KEYS},
--                        {held back}, {running: queue, count, ...}, {waiting: queue, count, ...}}
--
-- KEYS  1 leases   2 parked   3 shelf   4 ended   5 held: bulk work   6 held: sections   7.. ready, of each queue
-- ARGV  1 base of the keys
--
-- How much work there is in this partition, for the metrics. A batch that waits for its sections is none.
local function by_queue(key)
  local counts, flat = {}, {}
  for _, id in ipairs(redis.call('ZRANGE', key, 0, -1)) do
    local queue = redis.call('HGET', ARGV[1] .. 'work:' .. id, 'queue')
    if queue then
      counts[queue] = (counts[queue] or 0) + 1
    end
  end
  for queue, count in pairs(counts) do
    flat[#flat + 1], flat[#flat + 2] = queue, count
  end
  return flat
end

local ready = {}
for k = 7, #KEYS do
  ready[#ready + 1] = redis.call('ZCARD', KEYS[k])
end
local held = redis.call('ZCARD', KEYS[5]) + redis.call('ZCARD', KEYS[6])
return {redis.call('ZCARD', KEYS[3]), redis.call('HGETALL', KEYS[4]), ready, held, by_queue(KEYS[1]), by_queue(KEYS[2])}
