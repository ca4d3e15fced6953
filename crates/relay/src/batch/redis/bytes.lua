-- How many bytes the pictures of all batches take.
return tonumber(redis.call('GET', KEYS[1] .. 'batched') or '0')
