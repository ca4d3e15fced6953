-- Begins a batch. ARGV: id, owner, hash, parameters, seconds kept
local p, id = KEYS[1], ARGV[1]
local batch = p .. 'batch:' .. id
local hash = redis.call('HGET', batch, 'hash')
if hash then return hash == ARGV[3] and 'same' or 'other' end
redis.call('HSET', batch, 'owner', ARGV[2], 'hash', ARGV[3], 'parameters', ARGV[4])
redis.call('EXPIRE', batch, ARGV[5])
redis.call('ZADD', p .. 'batches', redis.call('TIME')[1], id)
return 'new'
