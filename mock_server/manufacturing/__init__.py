"""The rules of manufacturing: records, costs, explosion and commands, without HTTP, SQL, clock or chance."""
