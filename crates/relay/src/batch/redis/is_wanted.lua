-- Whether an item that was taken is still to be sent. ARGV: id, number
return redis.call('HGET', KEYS[1] .. 'items:' .. ARGV[1], ARGV[2]) == 't' and 1 or 0
