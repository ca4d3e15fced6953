-- Forgets the oldest answers until the others are few enough. What is too old goes by itself.
-- ARGV: bytes kept, and the numbers of calls that are not to be forgotten
local p = KEYS[1]
local but = {}
for i = 2, #ARGV do but[ARGV[i]] = true end
local bytes = tonumber(redis.call('GET', p .. 'bytes') or '0')
for _, number in ipairs(redis.call('ZRANGE', p .. 'kept', 0, 999)) do
  local call = p .. 'call:' .. number
  local key = redis.call('HGET', call, 'key')
  if not key or (bytes > tonumber(ARGV[1]) and not but[number]) then
    if key then redis.call('DEL', call, p .. 'piece:' .. number, p .. 'id:' .. key) end
    local length = redis.call('HGET', p .. 'lengths', number) or '0'
    redis.call('HDEL', p .. 'lengths', number)
    redis.call('ZREM', p .. 'kept', number)
    bytes = redis.call('DECRBY', p .. 'bytes', length)
  end
end
return redis.status_reply('OK')
