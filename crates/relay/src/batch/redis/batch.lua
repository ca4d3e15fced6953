-- How far a batch is. ARGV: id
local batch = redis.call('HMGET', KEYS[1] .. 'batch:' .. ARGV[1],
  'owner', 'total', 'done', 'failed', 'uncertain')
if not batch[1] then return false end
for i = 2, 5 do batch[i] = tonumber(batch[i] or '0') end
return batch
