-- Forgets the oldest answers until the others are few enough. What is too old goes by itself, but for
-- the pictures of batches: names the batches that are gone.
-- ARGV: bytes kept, bytes of them for batches, seconds kept, and the numbers of calls that are not to
-- be forgotten
local p = KEYS[1]
local but = {}
for i = 4, #ARGV do but[ARGV[i]] = true end
local bytes = tonumber(redis.call('GET', p .. 'bytes') or '0')
local batched = tonumber(redis.call('GET', p .. 'batched') or '0')
local most = tonumber(ARGV[1]) - math.min(batched, tonumber(ARGV[2]))
for _, number in ipairs(redis.call('ZRANGE', p .. 'kept', 0, 999)) do
  local call = p .. 'call:' .. number
  local key = redis.call('HGET', call, 'key')
  if not key or (bytes > most and not but[number]) then
    if key then redis.call('DEL', call, p .. 'piece:' .. number, p .. 'id:' .. key) end
    local length = redis.call('HGET', p .. 'lengths', number) or '0'
    redis.call('HDEL', p .. 'lengths', number)
    redis.call('ZREM', p .. 'kept', number)
    bytes = redis.call('DECRBY', p .. 'bytes', length)
  end
end
local gone = {}
local oldest = redis.call('TIME')[1] - ARGV[3]
for _, id in ipairs(redis.call('ZRANGEBYSCORE', p .. 'batches', '-inf', oldest, 'LIMIT', 0, 100)) do
  -- Its own time may not be over for another second.
  if redis.call('EXISTS', p .. 'batch:' .. id) == 0 then table.insert(gone, id) end
end
return gone
