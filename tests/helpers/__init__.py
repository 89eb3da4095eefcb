"""What tests share: a client that knows nothing of Hubbub's code, brokers, waiting, and a link that can go silent."""
