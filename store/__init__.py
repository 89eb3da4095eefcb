"""The log and everything durable: one interface, one database behind it. All SQL of the server is in here."""

from hubbub.store.backend import Backend, Indexer, Reader, StoreBroken, StoreError, StoreInUse, Transfers
from hubbub.store.folder import open_store, verify_folder
from hubbub.store.service import Service
from hubbub.store.sqlite import memory_store

__all__ = [
    "Backend",
    "Indexer",
    "Reader",
    "Service",
    "StoreBroken",
    "StoreError",
    "StoreInUse",
    "Transfers",
    "memory_store",
    "open_store",
    "verify_folder",
]
