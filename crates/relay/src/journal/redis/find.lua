-- What is known of a key. ARGV: key, process
local p = KEYS[1]
local number = redis.call('GET', p .. 'id:' .. ARGV[1])
if not number then return false end
local call = redis.call('HMGET', p .. 'call:' .. number,
  'hash', 'status', 'headers', 'pieces', 'length', 'by')
if not call[1] then return false end
local elsewhere = 0
if not call[2] and call[6] ~= ARGV[2] then
  elsewhere = redis.call('EXISTS', p .. 'alive:' .. call[6])
end
return { number, call[1], elsewhere, call[2] or '', call[3] or '', call[4] or '', call[5] or '' }
