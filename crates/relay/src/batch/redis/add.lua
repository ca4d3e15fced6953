-- Adds items and puts them into the queue. ARGV: id, seconds kept, then each number and its input
local p, id = KEYS[1], ARGV[1]
for i = 3, #ARGV, 2 do
  local items = p .. 'items:' .. id
  if redis.call('HEXISTS', items, ARGV[i]) == 0 then
    local place = redis.call('XADD', p .. 'queue', '*', 'batch', id, 'number', ARGV[i])
    -- w: waits, at that place; t: was taken; x: was cancelled after that; d, f, u, c: has ended.
    redis.call('HSET', items, ARGV[i], 'w ' .. place)
    redis.call('HSET', p .. 'inputs:' .. id, ARGV[i], ARGV[i + 1])
    redis.call('HINCRBY', p .. 'batch:' .. id, 'total', 1)
  end
end
-- It is kept for so long from now on.
redis.call('ZADD', p .. 'batches', redis.call('TIME')[1], id)
for _, part in ipairs({ 'items:', 'inputs:', 'again:', 'batch:' }) do
  redis.call('EXPIRE', p .. part .. id, ARGV[2])
end
return redis.status_reply('OK')
