-- How an item ended, if that is not written yet. ARGV: id, number, place, count, state, seconds kept
local p, id, number = KEYS[1], ARGV[1], ARGV[2]
redis.call('XACK', p .. 'queue', 'workers', ARGV[3])
redis.call('XDEL', p .. 'queue', ARGV[3])
local state = redis.call('HGET', p .. 'items:' .. id, number)
-- Its batch may be gone.
if not state or not string.match(state, '^[wtx]') then return redis.status_reply('OK') end
redis.call('HSET', p .. 'items:' .. id, number, ARGV[5])
redis.call('HINCRBY', p .. 'batch:' .. id, ARGV[4], 1)
-- Without a picture it may be sent again.
if ARGV[5] == 'd' then redis.call('HDEL', p .. 'inputs:' .. id, number) end
-- It is kept for so long from now on.
redis.call('ZADD', p .. 'batches', redis.call('TIME')[1], id)
for _, part in ipairs({ 'items:', 'inputs:', 'again:', 'batch:' }) do
  redis.call('EXPIRE', p .. part .. id, ARGV[6])
end
return redis.status_reply('OK')
