-- A process lives. ARGV: process, milliseconds
redis.call('SET', KEYS[1] .. 'alive:' .. ARGV[1], 1, 'PX', ARGV[2])
return redis.status_reply('OK')
