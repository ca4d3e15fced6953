-- Takes items: first those that a worker took and was not heard of since, then new ones.
-- ARGV: process, count, milliseconds without a word
local p, me, count = KEYS[1], ARGV[1], tonumber(ARGV[2])
local queue = p .. 'queue'
if redis.call('EXISTS', queue) == 0 then return {} end
redis.pcall('XGROUP', 'CREATE', queue, 'workers', '0', 'MKSTREAM')
local entries = redis.call('XAUTOCLAIM', queue, 'workers', me, ARGV[3], '0-0', 'COUNT', count)[2]
local claimed = #entries
if claimed < count then
  local new = redis.call('XREADGROUP', 'GROUP', 'workers', me, 'COUNT', count - claimed,
    'STREAMS', queue, '>')
  for _, entry in ipairs(new and new[1][2] or {}) do table.insert(entries, entry) end
end
local tasks = {}
for i, entry in ipairs(entries) do
  local place, fields = entry[1], entry[2]
  local id, number = fields[2], fields[4]
  local state = redis.call('HGET', p .. 'items:' .. id, number)
  local kind = state and string.sub(state, 1, 1)
  local input = redis.call('HGET', p .. 'inputs:' .. id, number)
  local parameters = redis.call('HGET', p .. 'batch:' .. id, 'parameters')
  if input and parameters and (kind == 'w' or kind == 't' or kind == 'x') then
    if kind == 'w' then redis.call('HSET', p .. 'items:' .. id, number, 't') end
    local again = tonumber(redis.call('HGET', p .. 'again:' .. id, number) or '0')
    table.insert(tasks, { place, id, number, input, parameters, again,
      i <= claimed and 1 or 0, kind == 'x' and 1 or 0 })
  else
    -- It has ended, or its batch is forgotten.
    redis.call('XACK', queue, 'workers', place)
    redis.call('XDEL', queue, place)
  end
end
return tasks
