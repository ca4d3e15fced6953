-- Cancels items that wait; those that were taken come to their end with their worker.
-- ARGV: id, from, count, seconds kept
local p, id, from = KEYS[1], ARGV[1], tonumber(ARGV[2])
local items = p .. 'items:' .. id
for i = from, from + tonumber(ARGV[3]) - 1 do
  local number = string.format('%d', i)
  local state = redis.call('HGET', items, number)
  local place = state and string.match(state, '^w (.+)')
  if place then
    redis.call('XDEL', p .. 'queue', place)
    redis.call('HSET', items, number, 'c')
    redis.call('HINCRBY', p .. 'batch:' .. id, 'cancelled', 1)
  elseif state == 't' then
    redis.call('HSET', items, number, 'x')
  end
end
-- It is kept for so long from now on.
redis.call('ZADD', p .. 'batches', redis.call('TIME')[1], id)
for _, part in ipairs({ 'items:', 'inputs:', 'again:', 'batch:' }) do
  redis.call('EXPIRE', p .. part .. id, ARGV[4])
end
return redis.status_reply('OK')
