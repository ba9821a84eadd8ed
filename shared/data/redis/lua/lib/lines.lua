-- Where accepted work waits for a worker. `ready` is what was handed to a queue of the broker and nobody
-- has claimed; a lane has the queue of its name, and others for what dead workers left. In the bulk lane
-- little is handed out at a time; the rest is `held` back in one line for each owner, and the lines take
-- turns, so that nobody waits for all of somebody else's.
--
-- ready:<queue>       sorted set  work that is handed out, by when to publish it again in ms
-- held:<lane>         sorted set  work that is not handed out yet, by creation in ms
-- held:section        sorted set  the same, of batches: a batch takes one place in its lane, whatever it holds
-- line:<lane>:<name>  sorted set  the same, of one owner
-- turns:<lane>        sorted set  names of the lines, by their turn: the lowest is next
-- active:<lane>       set         work that a worker has asked for and that has not ended, whatever it does now:
--                                 with it the leases of a lane are counted without a look at each; `isolate` is a lane

local FAIR = 'bulk'
local SECTIONS_A_PLACE = 10 -- sections that count as much as one job, where it is told how much there is to do

local MOST_AT_ONCE = 500 -- what one command takes

-- each_some(list, act): calls it with parts of the list
local function each_some(list, act)
  for first = 1, #list, MOST_AT_ONCE do
    act({unpack(list, first, math.min(first + MOST_AT_ONCE - 1, #list))})
  end
end

-- rescue_of(lane) -> queue of its later tries: what has begun goes before what has not
local function rescue_of(lane)
  return lane == FAIR and FAIR .. '-rescue' or 'rescue'
end

-- lane_of(queue) -> the lane whose work it holds; `isolate` holds that of all, and is none
local function lane_of(queue)
  local lanes = {rescue = 'interactive', [FAIR .. '-rescue'] = FAIR}
  return lanes[queue] or queue
end

-- note_active(base of the keys, queue, id)
local function note_active(base, queue, id)
  redis.call('SADD', base .. 'active:' .. lane_of(queue), id)
end

-- note_inactive(base of the keys, id): it has ended
local function note_inactive(base, id)
  redis.call('ZREM', base .. 'leases', id)
  redis.call('ZREM', base .. 'parked', id)
  redis.call('SREM', base .. 'active:' .. lane_of(redis.call('HGET', base .. 'work:' .. id, 'queue')), id)
end

-- forget_stray(base of the keys, lane): takes out one that a step of an earlier version has ended, or moved; one at
-- random, now and then, for there are few
local function forget_stray(base, lane)
  local id = redis.call('SRANDMEMBER', base .. 'active:' .. lane)
  local at = id and redis.call('HMGET', base .. 'work:' .. id, 'queue', 'finished')
  if at and (not at[1] or at[2] or lane_of(at[1]) ~= lane) then
    redis.call('SREM', base .. 'active:' .. lane, id)
  end
end

-- change_queue(base of the keys, id, queue)
local function change_queue(base, id, queue)
  local before = redis.call('HGET', base .. 'work:' .. id, 'queue')
  redis.call('HSET', base .. 'work:' .. id, 'queue', queue)
  redis.call('SMOVE', base .. 'active:' .. lane_of(before), base .. 'active:' .. lane_of(queue), id)
end

-- hand_out(base of the keys, queue, id, when to publish again)
local function hand_out(base, queue, id, due)
  redis.call('ZADD', base .. 'ready:' .. queue, due, id)
end

-- held_with(base of the keys, id, lane) -> key of what is held back beside it
local function held_with(base, id, lane)
  local is_section = redis.call('HGET', base .. 'work:' .. id, 'kind') == 'section'
  return base .. 'held:' .. (is_section and 'section' or lane)
end

-- release(base of the keys, window, when to publish again) -> ids of bulk work that needs a message
--
-- No more than `window` pieces are handed out and not claimed.
local function release(base, window, due)
  local turns, released = base .. 'turns:' .. FAIR, {}
  local room = window - redis.call('ZCARD', base .. 'ready:' .. FAIR)
  while #released < room do
    local name = redis.call('ZRANGE', turns, 0, 0)[1]
    if not name then
      break
    end
    local line = base .. 'line:' .. FAIR .. ':' .. name
    local id = redis.call('ZPOPMIN', line)[1]
    redis.call('ZREM', held_with(base, id, FAIR), id)
    hand_out(base, FAIR, id, due)
    released[#released + 1] = id
    if redis.call('EXISTS', line) == 1 then
      local last = redis.call('ZRANGE', turns, -1, -1, 'WITHSCORES')[2]
      redis.call('ZADD', turns, last + 1, name)
    else
      redis.call('ZREM', turns, name)
    end
  end
  return released
end

-- line_up(base of the keys, lane, name of its line, id, now)
local function line_up(base, lane, name, id, now)
  local turns = base .. 'turns:' .. lane
  redis.call('HSET', base .. 'work:' .. id, 'line', name)
  redis.call('ZADD', held_with(base, id, lane), now, id)
  redis.call('ZADD', base .. 'line:' .. lane .. ':' .. name, now, id)
  local last = redis.call('ZRANGE', turns, -1, -1, 'WITHSCORES')[2] or 0
  redis.call('ZADD', turns, 'NX', last + 1, name)
end

-- depth(base of the keys, lane) -> how much work waits in it
local function depth(base, lane)
  return redis.call('ZCARD', base .. 'ready:' .. lane) + redis.call('ZCARD', base .. 'held:' .. lane)
end

-- crowd(base of the keys, kind, lane) -> how much work waits before one of this kind that may come: batches
-- stand past the lines, and what they will hold is bounded too
local function crowd(base, kind, lane)
  local waiting = depth(base, lane)
  if kind ~= 'batch' then
    return waiting
  end
  waiting = waiting + redis.call('ZCARD', base .. 'ready:' .. rescue_of(lane))
  return math.max(waiting, math.floor(redis.call('ZCARD', base .. 'held:section') / SECTIONS_A_PLACE))
end

-- take_place(base of the keys, lane, name of its line, id, now, due, window)
--   -> place in the lane, ids that need a message
local function take_place(base, lane, name, id, now, due, window)
  if lane ~= FAIR then
    hand_out(base, lane, id, due)
    return depth(base, lane), {id}
  end
  line_up(base, lane, name, id, now)
  return depth(base, lane), release(base, window, due)
end

-- jump_in(base of the keys, queue, id, due) -> place in the queue, ids that need a message: past the lines
local function jump_in(base, queue, id, due)
  hand_out(base, queue, id, due)
  return redis.call('ZCARD', base .. 'ready:' .. queue), {id}
end

-- give_place(base of the keys, id): takes work out of its lane
local function give_place(base, id)
  local at = redis.call('HMGET', base .. 'work:' .. id, 'lane', 'line', 'queue')
  local lane, name = at[1], at[2]
  redis.call('ZREM', base .. 'ready:' .. at[3], id)
  if name and redis.call('ZREM', held_with(base, id, lane), id) == 1 then
    local line = base .. 'line:' .. lane .. ':' .. name
    redis.call('ZREM', line, id)
    if redis.call('EXISTS', line) == 0 then
      redis.call('ZREM', base .. 'turns:' .. lane, name)
    end
  end
end

-- change_lines(base of the keys, ids, from, to): work that is held back changes over to the line of its new
-- owner, which has the old one's turn unless it has one of its own
local function change_lines(base, ids, from, to)
  local line, turns = base .. 'line:' .. FAIR .. ':', base .. 'turns:' .. FAIR
  each_some(ids, function(some)
    local moved, gone = {}, {}
    for k, at in ipairs(redis.call('ZMSCORE', line .. from, unpack(some))) do
      if at then
        redis.call('HSET', base .. 'work:' .. some[k], 'line', to)
        moved[#moved + 1], moved[#moved + 2], gone[#gone + 1] = at, some[k], some[k]
      end
    end
    if #gone > 0 then
      redis.call('ZADD', turns, 'NX', redis.call('ZSCORE', turns, from), to)
      redis.call('ZADD', line .. to, unpack(moved))
      redis.call('ZREM', line .. from, unpack(gone))
    end
  end)
  if redis.call('EXISTS', line .. from) == 0 then
    redis.call('ZREM', turns, from)
  end
end

-- hasten(base of the keys, id, lane, due) -> ids that need a message: bulk work that somebody waits
-- for now changes over to the lane of the one who waits
local function hasten(base, id, lane, due)
  local work = base .. 'work:' .. id
  local at = redis.call('HMGET', work, 'lane', 'status', 'queue')
  if lane == FAIR or at[1] ~= FAIR or at[3] == 'isolate' then
    return {}
  end
  if at[2] == 'queued' then
    give_place(base, id)
    hand_out(base, lane, id, due)
  end
  redis.call('HSET', work, 'lane', lane)
  change_queue(base, id, lane)
  return at[2] == 'queued' and {id} or {}
end
