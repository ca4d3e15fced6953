-- How far a batch is. ARGV: id
local batch = redis.call('HMGET', KEYS[1] .. 'batch:' .. ARGV[1],
  'owner', 'total', 'done', 'failed', 'uncertain', 'cancelled')
if not batch[1] then return false end
local counts = {}
for i = 2, 6 do counts[i - 1] = tonumber(batch[i] or '0') end
return { batch[1], counts }
