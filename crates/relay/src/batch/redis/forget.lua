-- Forgets a batch; its pictures are swept away after it. ARGV: id
local p, id = KEYS[1], ARGV[1]
for _, part in ipairs({ 'items:', 'inputs:', 'again:', 'batch:' }) do
  redis.call('DEL', p .. part .. id)
end
-- The oldest of all: should this process die now, others sweep.
redis.call('ZADD', p .. 'batches', 0, id)
return redis.status_reply('OK')
