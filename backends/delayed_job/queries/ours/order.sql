UPDATE "{services}" SET order_number = ?, order_word = ? WHERE id = ?
