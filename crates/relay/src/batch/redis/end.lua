-- How an item ended, if that is not written yet. ARGV: id, number, place, count, state, seconds kept
local p, id, number = KEYS[1], ARGV[1], ARGV[2]
if redis.call('HGET', p .. 'items:' .. id, number) == 'w' then
  redis.call('HSET', p .. 'items:' .. id, number, ARGV[5])
  redis.call('HINCRBY', p .. 'batch:' .. id, ARGV[4], 1)
  redis.call('HDEL', p .. 'inputs:' .. id, number)
end
redis.call('XACK', p .. 'queue', 'workers', ARGV[3])
redis.call('XDEL', p .. 'queue', ARGV[3])
for _, part in ipairs({ 'items:', 'inputs:', 'batch:' }) do
  redis.call('EXPIRE', p .. part .. id, ARGV[6])
end
return redis.status_reply('OK')
