-- Puts an item that ended without a picture into the queue once more.
-- ARGV: id, number, 1 for a new key, seconds kept
local p, id, number = KEYS[1], ARGV[1], ARGV[2]
local items = p .. 'items:' .. id
local state = redis.call('HGET', items, number)
local counts = { f = 'failed', u = 'uncertain', c = 'cancelled' }
local count = state and counts[string.sub(state, 1, 1)]
if not count or redis.call('HEXISTS', p .. 'inputs:' .. id, number) == 0 then
  return redis.status_reply('OK')
end
redis.call('HINCRBY', p .. 'batch:' .. id, count, -1)
local place = redis.call('XADD', p .. 'queue', '*', 'batch', id, 'number', number)
redis.call('HSET', items, number, 'w ' .. place)
if ARGV[3] == '1' then redis.call('HINCRBY', p .. 'again:' .. id, number, 1) end
-- It is kept for so long from now on.
redis.call('ZADD', p .. 'batches', redis.call('TIME')[1], id)
for _, part in ipairs({ 'items:', 'inputs:', 'again:', 'batch:' }) do
  redis.call('EXPIRE', p .. part .. id, ARGV[4])
end
return redis.status_reply('OK')
