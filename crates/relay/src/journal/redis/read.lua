-- One piece of an answer. ARGV: number, place
return redis.call('HGET', KEYS[1] .. 'piece:' .. ARGV[1], ARGV[2])
