-- Adds items and puts them into the queue. ARGV: id, seconds kept, then each number and its input
local p, id = KEYS[1], ARGV[1]
for i = 3, #ARGV, 2 do
  if redis.call('HSETNX', p .. 'items:' .. id, ARGV[i], 'w') == 1 then
    redis.call('HSET', p .. 'inputs:' .. id, ARGV[i], ARGV[i + 1])
    redis.call('HINCRBY', p .. 'batch:' .. id, 'total', 1)
    redis.call('XADD', p .. 'queue', '*', 'batch', id, 'number', ARGV[i])
  end
end
for _, part in ipairs({ 'items:', 'inputs:', 'batch:' }) do
  redis.call('EXPIRE', p .. part .. id, ARGV[2])
end
return redis.status_reply('OK')
